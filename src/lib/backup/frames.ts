/**
 * What a backup consists of, compressed: frames of a letter, four bytes of length (big-endian) and so many bytes. `H` header, then for
 * each table `T` which one, `D` its rows as COPY writes them, `E` how many; at the end `S` sequences and `Z` the sums. All but `D` are JSON.
 */
const frameTypes = ['H', 'T', 'D', 'E', 'S', 'Z'] as const;
type FrameType = (typeof frameTypes)[number];

export type Frame = { readonly type: FrameType; readonly payload: Buffer };

const headBytes = 5;
/** COPY hands out some 64 kB at a time; what is much longer is no frame of ours. */
const longestPayload = 256 * 1024 * 1024;

/** A table's name and its columns in the order of its rows. */
export type TableFrame = { readonly name: string; readonly columns: readonly string[] };
/** Where a sequence stands. */
export type SequenceFrame = { readonly name: string; readonly last: string; readonly called: boolean };
/** A month's part of a table. Bounds as the database writes them. */
export type PartitionFrame = { readonly name: string; readonly parent: string; readonly from: string; readonly to: string };

export type Header = {
	readonly format: typeof backupFormat;
	readonly madeAt: string;
	/** The server's version; rows are text and restored by any. */
	readonly server: string;
	/** The schema's version: the migrations it has had, in order. */
	readonly migrations: readonly string[];
	readonly partitions: readonly PartitionFrame[];
};

export const backupFormat = 'qianshao-backup-1';

/** A frame as it is written. */
export function frame(type: FrameType, payload: Buffer | object): Buffer {
	const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
	const head = Buffer.alloc(headBytes);
	head.write(type, 0, 'latin1');
	head.writeUInt32BE(bytes.length, 1);
	return Buffer.concat([head, bytes]);
}

/** The value of a JSON frame. Its checksum was compared before, so its shape is what was written. */
export const valueOf = <T>({ payload }: Frame): T => JSON.parse(payload.toString('utf8')) as T;

/** Takes a stream of bytes apart into frames; throws where it is none. */
export async function* framesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
	let pieces: Buffer[] = [];
	let held = 0;
	let needed = headBytes;
	let type: FrameType | null = null;
	for await (const piece of source) {
		pieces.push(piece);
		held += piece.length;
		while (held >= needed) {
			const all = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
			const bytes = all.subarray(0, needed);
			pieces = [all.subarray(needed)];
			held -= needed;
			if (type === null) {
				type = frameTypes.find((known) => known === bytes.toString('latin1', 0, 1)) ?? null;
				needed = bytes.readUInt32BE(1);
				if (type === null || needed > longestPayload) throw new Error('not a frame of a backup');
			} else {
				yield { type, payload: bytes };
				[type, needed] = [null, headBytes];
			}
		}
	}
	if (type !== null || held > 0) throw new Error('a frame was cut off');
}
