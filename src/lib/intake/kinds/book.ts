import { eventKinds, kindNames, kinds, makesEvents, type KindFacts } from './kinds.ts';

/** All kinds of an instance as they were when it was loaded: ours and those that its administrators defined. */
export type KindBook = {
	readonly all: readonly KindFacts[];
	/** Those whose rows can be imported: all but the retired ones. */
	readonly offered: readonly KindFacts[];
	/** `event.kind` values, retired kinds included: their events are still there to be looked at. */
	readonly eventKinds: readonly string[];
	/** A kind by its name or its stored name, retired ones included; null for none. */
	readonly find: (name: string) => KindFacts | null;
};

/** The book of an instance with these kinds of its own. */
export function makeKindBook(defined: readonly KindFacts[]): KindBook {
	const all = [...kindNames.map((name) => kinds[name]), ...defined];
	const byName = new Map([...all.map((kind) => [kind.stored, kind] as const), ...all.map((kind) => [kind.name, kind] as const)]);
	return {
		all,
		offered: all.filter((kind) => kind.defined?.retired !== true),
		eventKinds: [...eventKinds, ...defined.filter(makesEvents).map((kind) => kind.stored)],
		find: (name) => byName.get(name) ?? null
	};
}
