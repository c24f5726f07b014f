import type { WarningRow } from '#lib/warnings/list.server.ts';

/** Selection and the row the keyboard stands on. */
export class DeskState {
	readonly #rows: () => readonly WarningRow[];
	#picked = $state.raw<ReadonlySet<string>>(new Set());
	active = $state(-1);

	constructor(rows: () => readonly WarningRow[]) {
		this.#rows = rows;
	}

	/** Only rows that are still on the page count as picked. */
	get picked(): readonly WarningRow[] {
		return this.#rows().filter((row) => this.#picked.has(row.id));
	}

	isPicked(id: string): boolean {
		return this.#picked.has(id);
	}

	toggle(id: string): void {
		const next = new Set(this.#picked);
		if (!next.delete(id)) next.add(id);
		this.#picked = next;
	}

	toggleAll(): void {
		const rows = this.#rows();
		this.#picked = this.picked.length === rows.length ? new Set() : new Set(rows.map((row) => row.id));
	}

	clear(): void {
		this.#picked = new Set();
	}

	/** Where to stand once these rows may have gone: on the present one, else on the next that stays. */
	afterwards(gone: ReadonlySet<string>): readonly string[] {
		const rows = this.#rows();
		const rest = [...rows.slice(this.active + 1), ...rows.slice(0, Math.max(0, this.active)).reverse()].filter((row) => !gone.has(row.id));
		return [...(this.current ? [this.current.id] : []), ...rest.map((row) => row.id)];
	}

	/** Stands on the first of these rows that is still on the page and returns its id. */
	stand(ids: readonly string[]): string | undefined {
		const rows = this.#rows();
		const id = ids.find((wanted) => rows.some((row) => row.id === wanted));
		this.active = rows.findIndex((row) => row.id === id);
		return id;
	}

	/** Steps to the next (1) or previous (-1) row and returns its id. */
	step(by: 1 | -1): string | undefined {
		const { length } = this.#rows();
		if (length === 0) return undefined;
		this.active = Math.min(length - 1, Math.max(0, this.active + by));
		return this.#rows()[this.active]?.id;
	}

	get current(): WarningRow | undefined {
		return this.#rows()[this.active];
	}
}
