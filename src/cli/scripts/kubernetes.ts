import { stringify } from "yaml";
import { isUrl } from "../../store/disk/s3-location.ts";
import { version } from "../../version.ts";
import { comment, finishCommand, type JobScript, KILLED, RETRIES, shardCommand, shellWord, unexpanded } from "./job.ts";

/** Where the spec and the store are within a container. */
const SPEC = "/spec";
const STORE = "/store";

/**
 * A manifest for Kubernetes 1.29 or later (backoff limit for each index): the spec, an indexed Job of all parts, and a Job, suspended at first, that
 * completes the store.
 */
export function kubernetes(job: JobScript): string {
  const { name, text, store, shards, parallel, about } = job;
  const inside = { ...job, spec: `${SPEC}/sweep.yaml`, store: isUrl(store) ? store : `${STORE}/${name}` };
  const sweep = podOf(inside, `exec ${shardCommand(inside, '"$JOB_COMPLETION_INDEX"', shellWord)}`);
  const finish = podOf(inside, `exec ${finishCommand(inside, shellWord)}`);
  const documents = [
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `${name}-spec` }, data: { "sweep.yaml": text } },
    {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name },
      spec: {
        completionMode: "Indexed",
        completions: shards,
        parallelism: Math.min(shards, parallel ?? shards),
        backoffLimitPerIndex: RETRIES,
        maxFailedIndexes: shards,
        template: { spec: sweep },
      },
    },
    {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: `${name}-finish` },
      spec: { suspend: true, backoffLimit: RETRIES, template: { spec: finish } },
    },
  ];
  const place = isUrl(store)
    ? `The store is ${store}: the Secret ${name}-store has the environment variables that reach it.`
    : `The store is a folder of the PersistentVolumeClaim ${name}-store, which several machines must be able to write (ReadWriteMany).`;
  const head = comment([
    `massgrid: ${about}`,
    place,
    "The image is yours to build; it was not tried by who wrote this:",
    "  FROM node:24-slim",
    `  RUN npm install --global massgrid@${version}`,
    "",
    "  kubectl apply -f this-file.yaml",
    `  kubectl wait --for=condition=Complete --timeout=-1s job/${name}`,
    `  kubectl patch job ${name}-finish --patch '{"spec": {"suspend": false}}'`,
    "If parts have failed, the second job says which when it runs; delete both jobs and apply the file again: what is stored is not",
    "computed again.",
  ]);
  return `${head}\n${documents.map((document) => stringify(document, { lineWidth: 0 })).join("---\n")}`;
}

function podOf({ name, image, cpus, memory, store }: JobScript, command: string): object {
  const resources = { cpu: String(cpus), memory: `${memory}Mi` };
  const remote = isUrl(store);
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: KILLED,
    containers: [
      {
        name: "massgrid",
        image,
        command: ["/bin/sh", "-c", unexpanded(command)],
        resources: { requests: { ...resources }, limits: { memory: resources.memory } },
        ...(remote ? { envFrom: [{ secretRef: { name: `${name}-store` } }] } : {}),
        volumeMounts: [{ name: "spec", mountPath: SPEC, readOnly: true }, ...(remote ? [] : [{ name: "store", mountPath: STORE }])],
      },
    ],
    volumes: [
      { name: "spec", configMap: { name: `${name}-spec` } },
      ...(remote ? [] : [{ name: "store", persistentVolumeClaim: { claimName: `${name}-store` } }]),
    ],
  };
}
