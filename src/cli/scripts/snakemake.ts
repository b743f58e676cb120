import { comment, finishCommand, type JobScript, RETRIES, shardCommand, shellWord } from "./job.ts";

/** A Snakefile: a job for each part, and one that completes the store. */
export function snakemake(job: JobScript): string {
  const { name, shards, cpus, memory, minutes, about } = job;
  const part = "{wildcards.part}";
  const command = braced(shardCommand(job, "\0", shellWord)).replace("\0", part);
  return `${comment([
    `massgrid: ${about}`,
    `snakemake --snakefile this-file --cores ${cpus}, or --jobs and --cluster; run it again after failures.`,
  ])}

rule finish:
    input:
        expand(${python(`${name}.shards/{part}`)}, part=range(${shards}))
    shell:
        ${python(`exec ${braced(finishCommand(job, shellWord))}`)}

rule shard:
    output:
        touch(${python(`${name}.shards/{part}`)})
    threads: ${cpus}
    retries: ${RETRIES}
    resources:
        mem_mb=${memory},
        runtime=${minutes}
    shell:
        ${python(`exec ${command}`)}
`;
}

/** A text as Python writes it: JSON's escapes are Python's too. */
function python(text: string): string {
  return JSON.stringify(text);
}

/** A text of which Snakemake replaces nothing. */
function braced(text: string): string {
  return text.replaceAll(/[{}]/g, "$&$&");
}
