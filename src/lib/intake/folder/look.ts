/** A file as a look into the folder finds it. */
export type SeenFile = { readonly path: string; readonly bytes: number; readonly modifiedAt: Date };

/** The same file at the look before. */
export type EarlierLook = SeenFile & { readonly seenAt: Date };

/** Set beside a file by who delivers it, once all of it is there: `rows.csv.done`. */
export const doneMarker = '.done';

/** Folders of ours inside a kind's folder. */
export const ownFolders = { taken: '.taken', done: 'done', rejected: 'rejected' } as const;

/** Names of files that somebody is still writing, or that are no deliveries. */
const unfinished = /^[.~]|^(desktop\.ini|thumbs\.db)$|\.(part|partial|tmp|temp|filepart|crdownload|swp|lock|done)$|~$/i;

export function isIgnored(name: string): boolean {
	return unfinished.test(name);
}

/** Two looks closer together say nothing about whether somebody is still writing. */
const apartMs = 20_000;

/** Is a file whole? It is marked so, or it has not changed between two looks. */
export function isComplete(file: SeenFile, earlier: EarlierLook | undefined, marked: boolean, now: Date): boolean {
	if (marked) return true;
	if (earlier === undefined || now.getTime() - earlier.seenAt.getTime() < apartMs) return false;
	return earlier.bytes === file.bytes && earlier.modifiedAt.getTime() === file.modifiedAt.getTime();
}

/**
 * Names of a file and its reports once it was taken in: the batch in front makes them the only ones of their kind, so that nothing
 * is ever overwritten and a move that broke off can be made again.
 */
export function filedNames(batchId: string, name: string): { readonly file: string; readonly json: string; readonly text: string; readonly rejects: string } {
	const file = `${batchId.slice(0, 8)}-${name}`;
	return { file, json: `${file}.report.json`, text: `${file}.report.txt`, rejects: `${file}.rejects.csv` };
}
