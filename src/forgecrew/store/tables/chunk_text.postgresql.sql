CREATE TABLE chunk_text (
    chunk_id bigint PRIMARY KEY REFERENCES chunk (id) ON DELETE CASCADE,
    words tsvector NOT NULL
);

CREATE INDEX ix_chunk_text_words ON chunk_text USING gin (words);

CREATE TABLE chunk_term (
    term text PRIMARY KEY,
    doc integer NOT NULL
);

CREATE FUNCTION chunk_text_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chunk_text (chunk_id, words)
    VALUES (new.id, to_tsvector('pg_catalog.english', new.text) || to_tsvector('pg_catalog.english', new.identifiers))
    ON CONFLICT (chunk_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END
$$;

CREATE TRIGGER chunk_text_keep AFTER INSERT OR UPDATE OF text, identifiers ON chunk
FOR EACH ROW EXECUTE FUNCTION chunk_text_keep()
