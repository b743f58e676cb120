import { crc32, deflateSync } from "node:zlib";

/** An image as the address of an SVG's <image>: rows from the top, a colour (`#rrggbb` or `rgb(r, g, b)`) for each pixel, or none. */
export function imageOf(
  { width, height }: { width: number; height: number },
  colorAt: (x: number, y: number) => string | undefined,
): string {
  const channels = new Map<string, readonly number[]>();
  const raw = Buffer.alloc(height * (1 + 4 * width));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = colorAt(x, y);
      if (color === undefined) continue;
      let rgba = channels.get(color);
      if (rgba === undefined) {
        rgba = [...channelsOf(color), 255];
        channels.set(color, rgba);
      }
      raw.set(rgba, y * (1 + 4 * width) + 1 + 4 * x);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a channel, red, green, blue and alpha.
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const png = Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(raw)), chunk("IEND", Buffer.alloc(0))]);
  return `data:image/png;base64,${png.toString("base64")}`;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

function channelsOf(color: string): number[] {
  if (color.startsWith("#")) return [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16));
  return (color.match(/\d+/g) ?? []).slice(0, 3).map(Number);
}
