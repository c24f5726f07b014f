import { text } from 'node:stream/consumers';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';

/** The files of an archive as text, by name. */
export async function zipTexts(bytes: Uint8Array): Promise<Map<string, string>> {
	const file = await new Promise<ZipFile>((resolve, reject) => fromBuffer(Buffer.from(bytes), { lazyEntries: true }, (error, opened) => (error ? reject(error) : resolve(opened))));
	const found = new Map<string, string>();
	return new Promise((resolve, reject) => {
		file.on('entry', (entry: Entry) => {
			file.openReadStream(entry, (error, stream) => {
				if (error) return reject(error);
				void text(stream).then((content) => {
					found.set(entry.fileName, content);
					file.readEntry();
				}, reject);
			});
		});
		file.on('end', () => resolve(found));
		file.on('error', reject);
		file.readEntry();
	});
}
