/** A test with these options has to hold each time: the run gives it no second try. `test('…', { ...oneTry, timeout: 5_000 }, …)` */
export const oneTry = { tags: ['one-try'] };
