import { comment, finishCommand, type JobScript, RETRIES, shardCommand, shellWord, unexpanded } from "./job.ts";

/** Tasks of one array of AWS Batch: at least 2, at most 10,000. */
const MAX_ARRAY = 10_000;
const SPEC = "/tmp/sweep.yaml";

/** A script that submits the sweep to AWS Batch by its command line: job definitions, arrays of all parts, and a job that completes the store. */
export function awsbatch(job: JobScript): string {
  const { name, shards, cpus, memory, minutes, image, about, text, store } = job;
  const inside = { ...job, spec: SPEC };
  const container = (command: string) => ({
    image,
    command: ["/bin/sh", "-c", unexpanded(command)],
    resourceRequirements: [
      { type: "VCPU", value: String(cpus) },
      { type: "MEMORY", value: String(memory) },
    ],
  });
  // A job that is no array has no index.
  const part = `"$((MASSGRID_FIRST + \${AWS_BATCH_JOB_ARRAY_INDEX:-0}))"`;
  const sweep = container(`printf %s "$MASSGRID_SPEC" | base64 -d > ${SPEC} && exec ${shardCommand(inside, part, shellWord)}`);
  const finish = container(`exec ${finishCommand(inside, shellWord)}`);
  const spec = Buffer.from(text).toString("base64");
  const submits = Array.from({ length: Math.ceil(shards / MAX_ARRAY) }, (_, i) => {
    const [first, count] = [i * MAX_ARRAY, Math.min(MAX_ARRAY, shards - i * MAX_ARRAY)];
    const environment = [
      { name: "MASSGRID_FIRST", value: String(first) },
      { name: "MASSGRID_SPEC", value: spec },
    ];
    const size = count > 1 ? ` --array-properties size=${count}` : "";
    return `id=$(aws batch submit-job --job-name ${name} --job-queue "$queue" --job-definition ${name}${size} \\
  --container-overrides ${shellWord(JSON.stringify({ environment }))} --query jobId --output text)
after="$after jobId=$id"`;
  });
  return `#!/bin/sh
${comment([
  `massgrid: ${about}`,
  `QUEUE=name-of-your-queue sh this-file.sh: submits ${shards} tasks and one that completes ${store}. The image is yours to build, and`,
  "the definitions need the role that may write there; neither was tried by who wrote this. A job of AWS Batch waits for others to succeed:",
  "where a task has failed for good, run this again: what is stored is not computed again.",
])}
set -eu
queue=\${QUEUE:?set QUEUE to the name of a job queue}

aws batch register-job-definition --job-definition-name ${name} --type container --retry-strategy attempts=${RETRIES} \\
  --timeout attemptDurationSeconds=${60 * minutes} --container-properties ${shellWord(JSON.stringify(sweep))}
aws batch register-job-definition --job-definition-name ${name}-finish --type container --retry-strategy attempts=${RETRIES} \\
  --container-properties ${shellWord(JSON.stringify(finish))}

after=
${submits.join("\n")}
# Each word of it is an array.
aws batch submit-job --job-name ${name}-finish --job-queue "$queue" --job-definition ${name}-finish --depends-on $after
`;
}
