// One sentence, the next step, the exit status.
import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { explainFailure } from '../../src/cli/explain-failure.ts'
import { CuecardError } from '../../src/errors.ts'

const help = 'Run `cuecard retrieve --help` for usage.'

test.each([
  [
    'a usage error, with its suggestion',
    new CommanderError(
      1,
      'commander.unknownOption',
      "error: unknown option '--qeury'\n(Did you mean --query?)",
    ),
    {
      status: 2,
      code: 'usage.invalid',
      message: "Unknown option '--qeury'. Did you mean --query?",
      nextStep: help,
    },
  ],
  [
    'a bad request',
    new CuecardError('request.invalid', '--query: must have 3 to 2000 characters'),
    {
      status: 2,
      code: 'request.invalid',
      message: '--query: must have 3 to 2000 characters.',
      nextStep: help,
    },
  ],
  [
    'a missing setting',
    new CuecardError('config.invalid', 'genesys.clientId is missing; set GENESYS_CLIENT_ID', {
      field: 'genesys.clientId',
    }),
    {
      status: 2,
      code: 'config.invalid',
      message: 'genesys.clientId is missing; set GENESYS_CLIENT_ID.',
      nextStep: 'Run `cuecard doctor` to see what is missing.',
    },
  ],
  [
    'a key that is too short',
    new CuecardError('config.invalid', 'The key file k.json is invalid: keys[0].hash must be longer', {
      field: 'keys[0].hash',
    }),
    {
      status: 2,
      code: 'config.invalid',
      message: 'The key file k.json is invalid: keys[0].hash must be longer.',
      nextStep:
        'Correct the file, name another one in CUECARD_API_KEYS_FILE, or make a key with `cuecard keys create`.',
    },
  ],
  [
    'a bad file',
    new CuecardError('data.invalid', 'a.jsonl, line 2: title: Required'),
    {
      status: 2,
      code: 'data.invalid',
      message: 'a.jsonl, line 2: title: Required.',
      nextStep: 'Correct the file, or name another one.',
    },
  ],
  [
    'an entry that is not in the log',
    new CuecardError('record.not_found', 'There is no entry 9: the log has 3 entries'),
    {
      status: 1,
      code: 'record.not_found',
      message: 'There is no entry 9: the log has 3 entries.',
      nextStep: 'Run `cuecard audit checkpoint` to see where the log ends.',
    },
  ],
  [
    'a refusal by Genesys',
    new CuecardError('oauth.rejected', 'The login host refused the client id or secret'),
    {
      status: 1,
      code: 'oauth.rejected',
      message: 'The login host refused the client id or secret.',
      nextStep: 'Run `cuecard doctor` to see what is missing.',
    },
  ],
  [
    'a defect, on one line',
    new TypeError('x is\nnot a function'),
    {
      status: 1,
      code: 'failed',
      message: 'Unexpected: x is not a function.',
      nextStep: 'Set CUECARD_DEBUG=1 to see where it happened.',
    },
  ],
])('%s', (_name, error, expected) => {
  expect(explainFailure(error, 'cuecard retrieve')).toEqual(expected)
})
