import type { PageContent } from './install-page.ts';

/** Why an installation came to nothing. */
export type InstallFault =
  | 'access-denied'
  | 'no-state'
  | 'not-ours'
  | 'too-old'
  | 'used'
  | 'invalid-code'
  | 'code-used'
  | 'bad-redirect'
  | 'no-bot'
  | 'too-many'
  | 'unreachable'
  | 'not-stored'
  | 'refused';

/** Where the installation begins. */
export const installPath = '/slack/install';

const again = 'press the button to try it again.';

const sentences: Readonly<Record<InstallFault, string>> = {
  'access-denied': `Nothing was installed, since it was not allowed on Slack’s page: ${again}`,
  'no-state': 'An installation has to begin on this site, and this one began elsewhere: press the button to begin.',
  'not-ours': `This installation began in another browser, or is over already: ${again}`,
  'too-old': `This installation took longer than ten minutes: ${again}`,
  used: 'This page was opened before, and it works only once: look into Slack whether the app is there, else press the button to try it again.',
  'invalid-code': `Slack does not know this installation or took it for too old: ${again}`,
  'code-used':
    'Slack has finished this installation before: look into Slack whether the app is there, else press the button to try it again.',
  'bad-redirect':
    'The address of this page is not among the “Redirect URLs” of the app: whoever runs the bot has to add it under “OAuth & Permissions” at https://api.slack.com/apps.',
  'no-bot':
    'Slack gave the app no bot: whoever runs it has to add a bot user to the app at https://api.slack.com/apps.',
  'too-many': 'Too many installations are under way: wait a minute, then press the button to try it again.',
  unreachable: `Slack did not answer in time: ${again}`,
  'not-stored': 'The installation could not be stored: wait a minute, then press the button to try it again.',
  refused: `Slack did not let the installation through: ${again}`,
};

/** What the app does once it is there, for whoever decides about it. */
const abilities: readonly string[] = [
  'It answers where somebody mentions it, in threads that it takes part in, and in direct messages to it.',
  'It reads messages only in the channels and conversations it is invited to.',
  'It downloads the pictures it is asked about.',
  'It sees people’s names and whether they administer the workspace.',
];

/** The page where installing begins. */
export function invitation(address: string): PageContent {
  return {
    title: 'Add Sightline to Slack',
    sentences: [
      'Mention Sightline with a picture, ask about it, and it answers in a thread. What it will be able to do:',
    ],
    points: abilities,
    link: { address, words: 'Add to Slack' },
  };
}

/** The page for an installation that came to nothing. */
export function apology(fault: InstallFault): PageContent {
  return {
    title: 'Sightline was not installed',
    sentences: [sentences[fault]],
    points: [],
    link: { address: installPath, words: 'Install Sightline' },
  };
}

/** The page at the end. `organisation`: the app still has to be added to its workspaces. */
export function welcome(place: {
  readonly name: string;
  readonly address: string;
  readonly isOrganisation: boolean;
}): PageContent {
  const { name, address, isOrganisation } = place;
  return isOrganisation
    ? {
        title: `Sightline is installed for ${name}`,
        sentences: ['Now choose the workspaces of the organisation that it is added to.'],
        points: [],
        link: { address, words: 'Choose workspaces' },
      }
    : {
        title: `Sightline is in ${name}`,
        sentences: ['Write /invite @sightline in a channel, then mention it with a picture.'],
        points: [],
        link: { address, words: 'Open Slack' },
      };
}
