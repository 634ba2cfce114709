-- Reason: a list hears only of what happened since it watches, and a test alert is a notice that tells of no account.

-- 1 until the first look after it was added, or after a pause: what that finds is no news for this list.
ALTER TABLE watch_item ADD COLUMN anew INTEGER NOT NULL DEFAULT 1 CHECK (anew IN (0, 1));
UPDATE watch_item SET anew = 0
 WHERE account_id IN (SELECT account_id FROM watch_account WHERE succeeded_ms IS NOT NULL);

UPDATE outgoing SET wanted = sent
 WHERE outgoing_id IN (SELECT outgoing_id FROM delivery JOIN alert USING (alert_id) WHERE alert.kind = 'test')
   AND outgoing_id NOT IN (SELECT outgoing_id FROM delivery JOIN alert USING (alert_id)
                            WHERE alert.kind <> 'test' AND outgoing_id IS NOT NULL);
DELETE FROM delivery WHERE alert_id IN (SELECT alert_id FROM alert WHERE kind = 'test');
DELETE FROM alert WHERE kind = 'test';
DELETE FROM mute WHERE kind = 'test';
