"""What two exports of one software say otherwise of the same dossiers: leads, never findings."""
