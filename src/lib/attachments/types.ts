/** What may be attached: scans, photographs, records. By its first bytes, never by its name alone. */
export const attachmentTypes = {
	pdf: { type: 'application/pdf', magic: [[0x25, 0x50, 0x44, 0x46, 0x2d]] },
	png: { type: 'image/png', magic: [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]] },
	jpg: { type: 'image/jpeg', magic: [[0xff, 0xd8, 0xff]] },
	docx: { type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', magic: [[0x50, 0x4b, 0x03, 0x04]] },
	xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', magic: [[0x50, 0x4b, 0x03, 0x04]] },
	ofd: { type: 'application/ofd', magic: [[0x50, 0x4b, 0x03, 0x04]] }
} as const satisfies Record<string, { readonly type: string; readonly magic: readonly (readonly number[])[] }>;

/** Bytes of one file, and files of one disposal. A phone's photograph has 3 to 8 MB. */
export const attachmentBytes = 10 * 1024 * 1024;
export const attachmentCount = 20;
const nameLimit = 120;

/** What the file picker offers. */
export const attachmentEndings = [...Object.keys(attachmentTypes), 'jpeg'].map((ending) => `.${ending}`).join(',');

export type AttachmentFault = 'bad-name' | 'bad-type' | 'too-large' | 'empty';

/** The media type of a file by its ending and its first bytes, or what is wrong with it. */
export function typeOf(name: string, bytes: Uint8Array): { readonly ok: true; readonly type: string; readonly name: string } | { readonly ok: false; readonly fault: AttachmentFault } {
	const plain = (name.normalize('NFC').split(/[\\/]/).pop() ?? '').replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069"<>|?*:]/g, '').trim();
	if (plain === '' || plain.length > nameLimit) return { ok: false, fault: 'bad-name' };
	if (bytes.length === 0) return { ok: false, fault: 'empty' };
	if (bytes.length > attachmentBytes) return { ok: false, fault: 'too-large' };
	const ending = (/\.([a-z]+)$/i.exec(plain)?.[1] ?? '').toLowerCase().replace('jpeg', 'jpg');
	const known = Object.hasOwn(attachmentTypes, ending) ? attachmentTypes[ending as keyof typeof attachmentTypes] : undefined;
	const fits = known?.magic.some((magic) => magic.every((byte, i) => bytes[i] === byte)) ?? false;
	return known && fits ? { ok: true, type: known.type, name: plain } : { ok: false, fault: 'bad-type' };
}
