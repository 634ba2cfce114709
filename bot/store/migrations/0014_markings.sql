-- Reason: what came from others may be marked with how far it goes (FIRST's Traffic Light Protocol 2.0), and goes
-- out with the same mark. What is TLP:RED is for named people alone and is never held.
ALTER TABLE source ADD COLUMN tlp TEXT CHECK (tlp IN ('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT'));
