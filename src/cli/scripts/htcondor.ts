import { comment, finishCommand, type JobScript, KILLED, RETRIES, shardCommand } from "./job.ts";

/** A workflow of HTCondor's DAGMan, with its submit descriptions in it (HTCondor 9 or later): a job for each part, and one that completes the store. */
export function htcondor(job: JobScript): string {
  const { name, shards, parallel, cpus, memory, minutes, about } = job;
  const [program, ...words] = job.program;
  const rest = { ...job, program: words };
  const common = `universe = vanilla
    executable = ${program}
    transfer_executable = false
    should_transfer_files = no
    request_memory = ${memory}M
    log = ${name}.log`;
  const limit = parallel === undefined ? "" : `\n    max_materialize = ${parallel}`;
  return `${comment([
    `massgrid: ${about}`,
    "condor_submit_dag this-file.dag, where machines have a file system in common. A task that fails is tried again; submit it again after",
    "failures: what is stored is not computed again.",
  ])}

SUBMIT-DESCRIPTION shard {
    ${common}
    arguments = ${quoted(shardCommand(rest, "$(Process)", condorWord))}
    request_cpus = ${cpus}
    kill_sig = SIGTERM
    job_max_vacate_time = ${KILLED}
    allowed_job_duration = ${60 * minutes}
    max_retries = ${RETRIES}${limit}
    output = ${name}.$(Process).out
    error = ${name}.$(Process).err
    queue ${shards}
}

SUBMIT-DESCRIPTION finish {
    ${common}
    arguments = ${quoted(finishCommand(rest, condorWord))}
    request_cpus = 1
    output = ${name}.finish.out
    error = ${name}.finish.err
    queue 1
}

JOB shards shard
JOB finish finish
PARENT shards CHILD finish
RETRY shards ${RETRIES}
`;
}

/** All arguments in HTCondor's newer syntax: within double quotes, which are doubled. */
function quoted(words: string): string {
  return `"${words.replaceAll('"', '""')}"`;
}

/** One argument of that syntax: within single quotes where it has blanks or quotes; a dollar by its macro. */
function condorWord(word: string): string {
  const plain = word.replaceAll("$", () => "$(DOLLAR)");
  return /[\s'"]/.test(word) || word === "" ? `'${plain.replaceAll("'", "''")}'` : plain;
}
