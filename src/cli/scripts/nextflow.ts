import { comment, finishCommand, type JobScript, RETRIES, shardCommand, shellWord } from "./job.ts";

/** A workflow of Nextflow (DSL 2): a task for each part, and one that completes the store. */
export function nextflow(job: JobScript): string {
  const { shards, parallel, cpus, memory, minutes, about } = job;
  const part = `\${part}`;
  const command = groovy(shardCommand(job, "\0", shellWord)).replace("\0", () => part);
  const forks = parallel === undefined ? "" : `\n    maxForks ${parallel}`;
  return `#!/usr/bin/env nextflow
${comment([`massgrid: ${about}`, "nextflow run this-file.nf; run it again after failures: what is stored is not computed again."], "//")}

process shard {
    cpus ${cpus}
    memory '${memory} MB'
    time '${minutes} min'
    errorStrategy 'retry'
    maxRetries ${RETRIES}${forks}

    input:
    val part

    output:
    val part

    script:
    """
    exec ${command}
    """
}

process finish {
    input:
    val parts

    script:
    """
    exec ${groovy(finishCommand(job, shellWord))}
    """
}

workflow {
    finish(shard(Channel.of(0..${shards - 1})).collect())
}
`;
}

/** A text of which Groovy replaces nothing, within three quotes. */
function groovy(text: string): string {
  return text.replaceAll(/[\\$"]/g, "\\$&");
}
