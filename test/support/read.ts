/** The bytes of a file, by its path from the folder of tests: where tests run in Node from the disk, in a page from its server. */
export async function read(path: string): Promise<Uint8Array<ArrayBuffer>> {
  // Bundlers would take a template beside import.meta.url for a list of files.
  const here = import.meta.url;
  const url = new URL(`../${path}`, here);
  if (url.protocol === "file:") {
    const { readFile } = await import(/* @vite-ignore */ "node:fs/promises");
    return new Uint8Array(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} cannot be had: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
