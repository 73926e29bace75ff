/** What an error code means, and what can be done, for people who meet it for the first time. */
export type Explanation = readonly [meaning: string, remedy: string]

/** The explanations of one family, by code. */
export type Family = Readonly<Record<string, Explanation>>
