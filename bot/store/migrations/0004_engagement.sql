-- Reason: an account is compared with others of its size, who are found by their follower counts.

CREATE INDEX snapshot_followers ON snapshot (followers, account_id) WHERE followers IS NOT NULL;
