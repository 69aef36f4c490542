CREATE VIRTUAL TABLE chunk_text USING fts5(text, identifiers, content='chunk', content_rowid='id', tokenize='porter unicode61');

CREATE VIRTUAL TABLE chunk_term USING fts5vocab('chunk_text', 'row');

CREATE TRIGGER chunk_text_insert AFTER INSERT ON chunk BEGIN
    INSERT INTO chunk_text(rowid, text, identifiers) VALUES (new.id, new.text, new.identifiers);
END;

CREATE TRIGGER chunk_text_delete AFTER DELETE ON chunk BEGIN
    INSERT INTO chunk_text(chunk_text, rowid, text, identifiers) VALUES ('delete', old.id, old.text, old.identifiers);
END;

CREATE TRIGGER chunk_text_update AFTER UPDATE OF text, identifiers ON chunk BEGIN
    INSERT INTO chunk_text(chunk_text, rowid, text, identifiers) VALUES ('delete', old.id, old.text, old.identifiers);
    INSERT INTO chunk_text(rowid, text, identifiers) VALUES (new.id, new.text, new.identifiers);
END
