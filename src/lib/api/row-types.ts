/** Names under which NDJSON is sent; the first is the registered habit, the others are what systems write. */
export const rowTypes: readonly string[] = ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/jsonlines'];
