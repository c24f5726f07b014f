import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, chainStart, continues, entryHash, type ChainedEntry } from '#lib/access/audit-chain.ts';

const content = fc.record({
	actorId: fc.option(fc.string(), { nil: null }),
	actorName: fc.option(fc.string(), { nil: null }),
	action: fc.string(),
	objectKind: fc.option(fc.string(), { nil: null }),
	objectId: fc.option(fc.string(), { nil: null }),
	detail: fc.jsonValue(),
	address: fc.option(fc.string(), { nil: null })
});

function chain(contents: readonly (typeof content extends fc.Arbitrary<infer T> ? T : never)[]): ChainedEntry[] {
	let prevHash = chainStart.hash;
	return contents.map((one, index) => {
		const entry = { ...one, seq: index + 1, at: new Date(1_750_000_000_000 + index) };
		const hash = entryHash(prevHash, entry);
		const chained = { ...entry, prevHash, hash };
		prevHash = hash;
		return chained;
	});
}

function firstBroken(entries: readonly ChainedEntry[]): number | null {
	let position = chainStart;
	for (const entry of entries) {
		if (!continues(position, entry)) return entry.seq;
		position = entry;
	}
	return null;
}

describe('audit chain', () => {
	it('writes the same text whatever the order of the keys', () => {
		expect(canonicalJson({ b: 1, a: [true, null, { d: 'x', c: undefined }] })).toBe('{"a":[true,null,{"d":"x"}],"b":1}');
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
				const reversed = Object.fromEntries(Object.entries(fields).reverse());
				expect(canonicalJson(reversed)).toBe(canonicalJson(fields));
			})
		);
	});

	it('takes what PostgreSQL cannot store without losing the entry', () => {
		expect(canonicalJson('a\u0000b\ud800')).toBe('"a\ufffdb\ufffd"');
	});

	it('is whole when nothing was touched', () => {
		fc.assert(
			fc.property(fc.array(content, { maxLength: 8 }), (contents) => {
				expect(firstBroken(chain(contents))).toBeNull();
			})
		);
	});

	it('breaks at the entry that was changed, removed, added or moved', () => {
		const tampered = fc
			.array(content, { minLength: 3, maxLength: 8 })
			.chain((contents) => fc.tuple(fc.constant(contents), fc.nat(contents.length - 2), fc.constantFrom('change', 'remove', 'double', 'swap')));
		fc.assert(
			fc.property(tampered, ([contents, index, how]) => {
				const entries = chain(contents);
				if (how === 'change') entries[index] = { ...entries[index]!, action: `${entries[index]!.action}!` };
				if (how === 'remove') entries.splice(index, 1);
				if (how === 'double') entries.splice(index, 0, entries[index]!);
				if (how === 'swap') [entries[index], entries[index + 1]] = [entries[index + 1]!, entries[index]!];
				expect(firstBroken(entries)).not.toBeNull();
			})
		);
	});
});
