/** Texts as one ZIP archive, without compression. Pure. */

export interface IFile {
  /** With slashes between folders. */
  readonly name: string;
  readonly text: string;
}

/** Of IEEE 802.3, as ZIP has it. */
const POLYNOMIAL = 0xedb88320;
const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  }
  return value;
});

/** The checksum of some bytes. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value = (value >>> 8) ^ (TABLE[(value ^ byte) & 0xff] ?? 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** Numbers of 2 or 4 bytes, the lowest first. */
function fields(...values: readonly (readonly [2 | 4, number])[]): Uint8Array {
  const bytes = new Uint8Array(values.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of values) {
    if (size === 2) {
      view.setUint16(at, value, true);
    } else {
      view.setUint32(at, value, true);
    }
    at += size;
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0)
  );
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const VERSION = 20;
/** The names are UTF-8. */
const UTF8 = 0x0800;
/** 1 January 1980: an archive of the same texts is the same. */
const DATE = 0x0021;

/** The archive of some files. */
export function zip(files: readonly IFile[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const entries: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const file of files) {
    const name = encoder.encode(file.name);
    const data = encoder.encode(file.text);
    const common: (readonly [2 | 4, number])[] = [
      [2, VERSION],
      [2, UTF8],
      // Stored as it is.
      [2, 0],
      // Time and date.
      [2, 0],
      [2, DATE],
      [4, crc32(data)],
      [4, data.length],
      [4, data.length],
      [2, name.length],
      [2, 0]
    ];
    const entry = joined([fields([4, 0x04034b50], ...common), name, data]);
    directory.push(
      joined([
        fields(
          [4, 0x02014b50],
          [2, VERSION],
          ...common,
          // Comment, disk, attributes.
          [2, 0],
          [2, 0],
          [2, 0],
          [4, 0],
          [4, at]
        ),
        name
      ])
    );
    entries.push(entry);
    at += entry.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, size],
    [4, at],
    [2, 0]
  );
  return joined([...entries, ...directory, end]);
}
