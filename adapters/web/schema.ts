/** The playground's tables, for `migrate`. Only ever appended to. */
export const webSchema = [
  `CREATE TABLE web_people (
     id TEXT PRIMARY KEY,
     token_hash TEXT NOT NULL UNIQUE,
     name TEXT NOT NULL,
     seen_at_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE web_messages (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     channel TEXT NOT NULL,
     thread TEXT,
     author TEXT,
     text TEXT NOT NULL,
     state TEXT NOT NULL,
     at_ms INTEGER NOT NULL,
     revision INTEGER NOT NULL,
     quotes TEXT,
     nonce TEXT,
     for_bot INTEGER NOT NULL,
     handed INTEGER NOT NULL,
     post_key TEXT UNIQUE,
     turn_id TEXT,
     asker TEXT,
     UNIQUE (author, nonce)
   ) STRICT;
   CREATE INDEX web_messages_place ON web_messages (channel, thread, seq);
   CREATE INDEX web_messages_waiting ON web_messages (seq) WHERE handed = 0;
   CREATE INDEX web_messages_author ON web_messages (author, at_ms);
   CREATE TABLE web_bot_threads (root TEXT PRIMARY KEY) STRICT;
   CREATE TABLE web_files (
     id TEXT PRIMARY KEY,
     owner TEXT NOT NULL,
     message TEXT,
     position INTEGER NOT NULL,
     name TEXT NOT NULL,
     size_bytes INTEGER NOT NULL,
     mime_type TEXT,
     at_ms INTEGER NOT NULL,
     gone INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX web_files_message ON web_files (message, position);
   CREATE INDEX web_files_at ON web_files (at_ms) WHERE gone = 0;
   CREATE TABLE web_calls (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     conversation TEXT NOT NULL,
     call TEXT NOT NULL
   ) STRICT;
   CREATE INDEX web_calls_conversation ON web_calls (conversation, seq);`,
] as const;
