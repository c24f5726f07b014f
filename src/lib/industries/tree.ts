export type Industry = {
	readonly key: string;
	readonly code: string;
	/** 1 门类, 2 大类, 3 中类, 4 小类. */
	readonly level: number;
	readonly parentKey: string | null;
	readonly name: string;
};

/** All industries with their hierarchy. */
export type IndustryTree = {
	readonly get: (key: string) => Industry | undefined;
	/** Name, or the key itself where it is unknown. */
	readonly name: (key: string) => string;
	readonly children: (key: string) => readonly Industry[];
	/** From the section down to the industry itself; empty for an unknown key. */
	readonly path: (key: string) => readonly Industry[];
	/** The twenty sections in order. */
	readonly sections: readonly Industry[];
	readonly all: readonly Industry[];
};

/** Builds the tree from its rows. */
export function industryTree(rows: readonly Industry[]): IndustryTree {
	const all = [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));
	const byKey = new Map(all.map((industry) => [industry.key, industry]));
	const children = Map.groupBy(all, (industry) => industry.parentKey ?? '');
	return {
		all,
		sections: all.filter((industry) => industry.level === 1),
		get: (key) => byKey.get(key),
		name: (key) => byKey.get(key)?.name ?? key,
		children: (key) => children.get(key) ?? [],
		path: (key) => {
			const found: Industry[] = [];
			for (let one = byKey.get(key); one !== undefined; one = byKey.get(one.parentKey ?? '')) found.unshift(one);
			return found;
		}
	};
}
