import { attachmentBytes } from './types.ts';

/** The file that is a request's body: as much of it as is taken, and one byte, so that a larger one is seen to be larger. */
export async function fileOf(request: Request): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	let size = 0;
	for await (const part of request.body ?? []) {
		// The rest is read and forgotten: a connection with an unread rest is reset, and the answer lost with it.
		if (size <= attachmentBytes) parts.push(part);
		size += part.length;
	}
	return Buffer.concat(parts);
}
