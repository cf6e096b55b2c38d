// Settings of what is learnt from use.
import { z } from 'zod'

const share = 'must be a number from 0 to 0.1'

export const learning = z
  .strictObject({
    exploration: z
      .number({ error: share })
      .min(0, share)
      .max(0.1, share)
      .default(0)
      .describe(
        'Share of lists in which two neighbours of the first 5 places change places, so that place and worth can be told apart; no compliant item goes below one that is not',
      ),
  })
  .prefault({})
