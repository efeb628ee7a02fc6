-- What an entry's hash has of its free text, which can be erased beside it: a salted hash.
create function ledger.note_hash_v1(p_salt bytea, p_note text) returns bytea
language sql stable
return sha256(p_salt || convert_to(p_note, 'UTF8'));
