package web

import (
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// TestDebriefOfWhatWasSettled settles a head and breaks off: what was still open is said, with the head and without it.
func TestDebriefOfWhatWasSettled(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	states(t, scene, "north", northWants(floorFrom(conftest.Start, 4000)), false)
	states(t, scene, "south", southWants(floorFrom(conftest.Start, 3000)), false)
	for _, who := range []string{"north", "south"} {
		_, err := scene.Do(who, conference.AgreeHead{Issue: "coast", Option: "shared"})
		must(t, err)
	}
	_, err := scene.Do("south", conference.BreakOff{Reason: "No way"})
	must(t, err)
	venue := &recorder{scene: scene}
	silent(t, sit{t, venue, "north"}.sees("debrief"), "What had been settled")
	opened(t, venue)
	for _, who := range []string{"north", "south", "mediator"} {
		page := sit{t, venue, who}.sees("debrief")
		says(t, page, "There was no agreement", "There could have been one", "What had been settled", "What was still open beside it",
			"No agreement, at the end", "40.00", "30.00", "More than by no agreement")
		silent(t, page, "⟦", "points more for everyone", "never")
	}
	stranger := sit{t, venue, "host"}.sees("debrief")
	says(t, stranger, "laid open to those who sat at the table")
	silent(t, stranger, "Who consents", "40.00", "There was no agreement")
}
