/** How far up an overdue obligation was reported: nobody yet, the deputy, the head, the level above. */
export type Escalation = 0 | 1 | 2 | 3;
