/** Bytes that are saved, never shown: the browser must not guess what they are, and no shared computer keeps them. */
export function asDownload(bytes: Uint8Array, type: string, fileName: string): Response {
	const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
	return new Response(new Uint8Array(bytes), {
		headers: {
			'content-type': type,
			'content-length': String(bytes.length),
			'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`,
			'x-content-type-options': 'nosniff',
			'cache-control': 'no-store'
		}
	});
}
