import type { Draft, DraftStore } from './draft.ts';
import { draftKey, dropDraft, keepDraft, readDraft } from './draft.ts';
import type { EnteredVisit, Theirs } from './enter.server.ts';
import { refText } from './refs.ts';
import type { Sheet } from './sheet.server.ts';

/** How a sheet's content stands towards the server. */
export type Sending = 'clean' | 'kept' | 'sending' | 'unsent' | 'signed-out' | 'refused' | 'not-kept';

type Answer = { readonly typed?: EnteredVisit; readonly theirs?: Theirs | null } | null;

/** What is typed into a sheet: kept on the device as it is typed, forgotten only when the server has it. */
export class SheetForm {
	visitedOn = $state('');
	items = $state<Record<string, { result: string; note: string; seen: string }>>({});
	seenOn = $state('');
	sending = $state<Sending>('clean');
	/** When the draft that was found on the device was kept. */
	restoredFrom = $state<string | null>(null);
	#store: DraftStore | null = null;
	#key = '';

	constructor(sheet: Sheet, answer: Answer) {
		this.reset(sheet);
		if (answer?.typed) {
			this.visitedOn = answer.typed.visitedOn;
			this.seenOn = answer.typed.seenOn ?? '';
			for (const f of answer.typed.findings) this.items[f.itemId] = { result: f.result, note: f.note, seen: f.seen ?? '' };
		}
		if (answer?.theirs) this.meet(answer.theirs);
	}

	/** Back to what the server has. */
	reset(sheet: Sheet): void {
		this.visitedOn = sheet.visitedOn ?? sheet.today;
		this.seenOn = sheet.visitedOn ?? '';
		this.items = Object.fromEntries(
			sheet.items.map(({ id, finding }) => [id, { result: finding?.result ?? '', note: finding?.note ?? '', seen: finding?.enteredAt ?? '' }])
		);
		this.sending = 'clean';
		this.restoredFrom = null;
	}

	/** Where what is typed is kept. */
	attach(store: DraftStore, person: string, sheet: Sheet): void {
		this.#store = store;
		this.#key = draftKey(person, refText(sheet.ref), sheet.uscc);
	}

	/** What was typed goes on from what the server has now. */
	rebase(sheet: Sheet): void {
		this.seenOn = sheet.visitedOn ?? '';
		for (const { id, finding } of sheet.items) if (this.items[id]) this.items[id].seen = finding?.enteredAt ?? '';
		this.restoredFrom = null;
		this.keep();
	}

	/** Takes up what this person typed here before. */
	restore(store: DraftStore, person: string, sheet: Sheet): void {
		this.attach(store, person, sheet);
		const draft = readDraft(store, this.#key);
		if (draft === null) return;
		this.visitedOn = draft.visitedOn;
		this.seenOn = draft.seenOn;
		for (const { id } of sheet.items) if (draft.items[id]) this.items[id] = { ...draft.items[id] };
		this.restoredFrom = draft.savedAt;
		this.sending = draft.sent ? 'unsent' : 'kept';
	}

	/** Keeps what stands in the form. */
	keep(sent = false): void {
		if (this.#store === null) return;
		const draft: Draft = {
			savedAt: new Date().toISOString(), visitedOn: this.visitedOn, seenOn: this.seenOn, sent,
			items: Object.fromEntries(Object.entries(this.items).map(([id, item]) => [id, { ...item }]))
		};
		const kept = keepDraft(this.#store, this.#key, draft);
		if (!sent) this.sending = kept ? 'kept' : 'not-kept';
	}

	/** The server has it, or the person throws it away. */
	forget(): void {
		if (this.#store !== null) dropDraft(this.#store, this.#key);
		this.restoredFrom = null;
	}

	/** Somebody else's entry has been shown: sending once more is meant. */
	meet(theirs: Theirs): void {
		this.seenOn = theirs.visitedOn ?? '';
		for (const one of theirs.items) {
			const own = this.items[one.itemId];
			if (own) own.seen = one.enteredAt;
		}
	}
}
