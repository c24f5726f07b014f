import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { learnLabels } from './defined-labels.ts';
import { fileRefusal, type FileRefusal } from '#lib/intake/read/inspect-file.ts';
import { makeKindBook, type KindBook } from './book.ts';
import { factsOfKind, type FieldDraft, type KindDraft } from './definition.ts';
import type { KindFacts } from './kinds.ts';

/** A kind as it is stored, with what was said when it was retired. */
export type StoredKind = KindDraft & { readonly retiredAt: Date | null; readonly retiredReason: string | null };

/** The kinds that administrators defined, by name; fields in their order. A dozen rows. */
export async function storedKinds(db: Kysely<DB>): Promise<StoredKind[]> {
	const { rows } = await sql<StoredKind>`
		select k.name, k.label, k.label_en as "labelEn", k.subject, k.item_headers as "itemHeaders", k.retired_at as "retiredAt", k.retired_reason as "retiredReason",
			coalesce((
				select json_agg(json_build_object('name', f.name, 'label', f.label, 'labelEn', f.label_en, 'type', f.type, 'required', f.required, 'headers', f.headers)
					order by f.position, f.name)
				from intake_kind_field f where f.kind = k.name
			), '[]') as fields
		from intake_kind k order by k.name
	`.execute(db);
	return rows.map((row) => ({ ...row, fields: row.fields as FieldDraft[] }));
}

/** All kinds of this instance as they are now; what one request, run or command uses. */
export async function loadKindBook(db: Kysely<DB>): Promise<KindBook> {
	const stored = await storedKinds(db);
	learnLabels(stored.map(({ name, label, labelEn }) => ({ stored: name, label, labelEn })));
	return makeKindBook(stored.map((kind) => factsOfKind(kind, kind.retiredAt !== null)));
}

const unknown = (name: string, book: KindBook) =>
	fileRefusal('no-kind', `没有数据类型“${name}”；可用的有 ${book.offered.map((kind) => kind.name).join('、')}`);
const retired = (kind: KindFacts) =>
	fileRefusal('no-kind', `数据类型“${kind.defined?.label ?? kind.name}”已停用，不再接收数据；需要时请由系统管理员恢复使用`);

/** The kind whose rows can be imported under this name, or why there is none. */
export async function offeredKind(db: Kysely<DB>, name: string): Promise<KindFacts | FileRefusal> {
	const book = await loadKindBook(db);
	const kind = book.find(name);
	if (kind === null) return unknown(name, book);
	return kind.defined?.retired === true ? retired(kind) : kind;
}

/** Holds a defined kind as it is until the import is done: nobody retires or removes it meanwhile. */
export async function lockKind(trx: Kysely<DB>, kind: KindFacts): Promise<FileRefusal | null> {
	if (kind.defined === undefined) return null;
	const { rows } = await sql`select from intake_kind where name = ${kind.name} and retired_at is null for share`.execute(trx);
	return rows.length === 1 ? null : retired(kind);
}
