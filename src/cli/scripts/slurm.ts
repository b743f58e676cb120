import { comment, finishCommand, type JobScript, KILLED, shardCommand, shellWord } from "./job.ts";

/** Tasks of an array of a Slurm that does not tell how many they may be: its default. */
const MAX_ARRAY = 1001;

/**
 * A script that submits the sweep to Slurm: as many arrays as the site's MaxArraySize asks for, and a job that completes the store when all have
 * ended, whether well or not. The number of parts is written out: SLURM_ARRAY_TASK_COUNT counts the tasks of a rerun alone.
 */
export function slurm(job: JobScript): string {
  const { name, shards, parallel, cpus, memory, minutes, about } = job;
  const task = shardCommand(job, '"$((SLURM_ARRAY_TASK_ID + first))"', shellWord);
  const limit = parallel === undefined ? "" : `%${parallel}`;
  return `#!/bin/sh
${comment([
  `massgrid: ${about}`,
  `Run this where sbatch is: it submits ${shards} tasks and one that completes the store. What is stored is not computed again, so that it may be`,
  "run again after failures. Partition, account and the like: SBATCH_PARTITION, SBATCH_ACCOUNT, ... in the environment.",
])}
set -eu
shards=${shards}

# An array has at most MaxArraySize tasks; more are submitted as several arrays.
most=$(scontrol show config 2>/dev/null | sed -n 's/^MaxArraySize *= *\\([0-9][0-9]*\\).*/\\1/p')
most=\${most:-${MAX_ARRAY}}

after=
first=0
while [ "$first" -lt "$shards" ]; do
  count=$((shards - first))
  [ "$count" -le "$most" ] || count=$most
  id=$(sbatch --parsable --job-name=${shellWord(name)} --array=0-$((count - 1))${limit} --ntasks=1 --cpus-per-task=${cpus} \\
    --mem=${memory}M --time=${minutes} --requeue --signal=B:TERM@${KILLED} <<END
#!/bin/sh
first=$first
# exec: the program is the task, so that a signal reaches it, and a program that is killed is a task that failed.
exec ${task.replaceAll(/[\\$`]/g, "\\$&")}
END
  )
  after=$after:\${id%%;*}
  first=$((first + count))
done

# afterany: it runs whatever became of the tasks, and tells which parts are missing.
id=$(sbatch --parsable --job-name=${shellWord(`${name}-finish`)} --dependency=afterany"$after" --ntasks=1 --cpus-per-task=1 \\
  --mem=${memory}M --time=${minutes} <<'END'
#!/bin/sh
exec ${finishCommand(job, shellWord)}
END
)
echo "submitted $shards tasks; job \${id%%;*} completes the store"
`;
}
