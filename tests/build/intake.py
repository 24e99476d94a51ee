"""An intake of somebody whom nothing keeps from a session."""

WELL = {
    "flare": ["no"],
    "fever_48h": ["no"],
    "infection": ["no"],
    "red_signs": ["none"],
    "suspected_clot": ["no"],
    "clot_history": ["no"],
    "antiphospholipid": ["no"],
    "anticoagulant": ["none"],
    "low_platelets": ["no"],
    "organs_changing": ["no"],
    "bones": ["none"],
    "pregnancy": ["no"],
    "surgery_port": ["none"],
}
