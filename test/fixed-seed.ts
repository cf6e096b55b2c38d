// The same properties are tried in each run. `CUECARD_TEST_SEED=<number>` tries others.
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.CUECARD_TEST_SEED ?? 20_261_122) })
