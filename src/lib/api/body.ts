/** After a refusal so many bytes are still read: a connection with an unread rest is reset, and the answer lost with it. */
const drainedBytes = 80 * 1024 * 1024;

export type Body = {
	/** The pieces as they come. Stopping early leaves the rest unread instead of breaking the connection. */
	readonly pieces: AsyncGenerator<Uint8Array>;
	/** Reads what is left and forgets it; an endless body is broken off. */
	readonly drain: () => Promise<void>;
};

/** Opens a request's body for somebody who may stop in the middle. */
export function openBody(request: Request): Body {
	const reader = request.body?.getReader();
	async function* pieces(): AsyncGenerator<Uint8Array> {
		for (;;) {
			const piece = await reader?.read();
			if (piece === undefined || piece.done) return;
			yield piece.value;
		}
	}
	return {
		pieces: pieces(),
		async drain() {
			let read = 0;
			try {
				for (let piece = await reader?.read(); piece !== undefined && !piece.done; piece = await reader?.read()) {
					read += piece.value.length;
					if (read > drainedBytes) return await reader!.cancel();
				}
			} catch {
				// The sender has gone: nobody waits for the answer.
			}
		}
	};
}
