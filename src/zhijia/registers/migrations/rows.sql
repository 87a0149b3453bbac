-- Rows of all lists, a partition a list (ADR 0022). Its columns `text_1` and so on hold what a list is found by: typed, and
-- compared by operators that row policies let through to the indexes, which `values ->> …` would not be.
CREATE TABLE registers_row (
  -- What a page looks at stands in front, what is wide behind it: a row that is passed over is read no further.
  id uuid NOT NULL,
  register_id integer NOT NULL,
  union_id integer NOT NULL,
  county_id integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  number bigint NOT NULL,
  made_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  came_on date NOT NULL,
  follows boolean NOT NULL DEFAULT false,
  ended_on date,
  person_id uuid,
  other_union_id integer,
  other_county_id integer,
  number_1 bigint, number_2 bigint, number_3 bigint, number_4 bigint, number_5 bigint, number_6 bigint,
  day_1 date, day_2 date, day_3 date, day_4 date, day_5 date, day_6 date,
  text_1 text COLLATE "C", text_2 text COLLATE "C", text_3 text COLLATE "C", text_4 text COLLATE "C",
  text_5 text COLLATE "C", text_6 text COLLATE "C", text_7 text COLLATE "C", text_8 text COLLATE "C",
  text_9 text COLLATE "C", text_10 text COLLATE "C",
  state text COLLATE "C" NOT NULL,
  title text NOT NULL,
  employer_id integer,
  division text COLLATE "C" NOT NULL DEFAULT '',
  latitude double precision,
  longitude double precision,
  since date,
  until date,
  "values" jsonb NOT NULL,
  words text[] NOT NULL,
  source text COLLATE "C" NOT NULL DEFAULT '',
  source_id text COLLATE "C" NOT NULL DEFAULT '',
  purpose text COLLATE "C" NOT NULL DEFAULT '',
  made_by bigint,
  changed_by bigint,
  PRIMARY KEY (register_id, id)
) PARTITION BY LIST (register_id);

CREATE UNIQUE INDEX row_number_once ON registers_row (register_id, number);
CREATE UNIQUE INDEX row_of_a_source_once ON registers_row (register_id, source, source_id, purpose) WHERE source <> '';
CREATE INDEX registers_row_by_county ON registers_row (county_id, id);
CREATE INDEX registers_row_by_union ON registers_row (union_id, id);
CREATE INDEX registers_row_by_person ON registers_row (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX registers_row_by_employer ON registers_row (employer_id) WHERE employer_id IS NOT NULL;
CREATE INDEX registers_row_by_other ON registers_row (other_union_id) WHERE other_union_id IS NOT NULL;
CREATE INDEX registers_row_by_other_county ON registers_row (other_county_id) WHERE other_county_id IS NOT NULL;
CREATE INDEX registers_row_by_words ON registers_row USING gin (words);
