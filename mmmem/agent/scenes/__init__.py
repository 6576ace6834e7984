"""Questions about things, people and places answered from what captions, narrations and speech say of scenes."""
