import { attachmentFaultLabel, refusedFile } from './labels.ts';
import { attachmentBytes } from './types.ts';

/**
 * Sends one file after the other, as they are; the first that is refused stops the rest.
 *
 * @param addressOf where a file of that name goes, by POST; a refusal is answered with `{ message }`.
 * @returns what was wrong, with the file's name; null: all arrived.
 */
export async function sendFiles(files: Iterable<File>, addressOf: (name: string) => string): Promise<string | null> {
	for (const file of files) {
		const fault = await send(file, addressOf(file.name));
		if (fault !== null) return refusedFile(file.name, fault);
	}
	return null;
}

async function send(file: File, address: string): Promise<string | null> {
	if (file.size > attachmentBytes) return attachmentFaultLabel('too-large');
	try {
		const answer = await fetch(address, { method: 'POST', body: file });
		if (answer.ok) return null;
		const { message } = (await answer.json()) as { message?: string };
		return message ?? String(answer.status);
	} catch {
		return attachmentFaultLabel('lost');
	}
}
