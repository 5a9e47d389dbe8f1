package web

import (
	"strings"
	"testing"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// Every room says how what is said in it is stored, and who could read it all the same; a party's caucus says it of what only
// the mediator is told.
func TestEveryRoomSaysHowItIsStored(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.Bargaining)
	stored, told := "What is said here is stored so that a thief of the disk cannot read it.", "What you tell only the mediator is stored so that a thief of the disk cannot read it."
	for _, x := range []struct{ person, room, says string }{
		{"north", "plenary", stored},
		{"north", "delegation", stored},
		{"north", "caucus-north", told},
		{"mediator", "caucus-north", stored},
		{"mediator", "notes", stored},
	} {
		page := draw(t, roomPage(sheetFor(scene.See(x.person), scene.Now, "en", map[string]string{"room": x.room})))
		for _, says := range []string{x.says, "The person who runs this server could read it while you work, and could read what is stored."} {
			if strings.Count(page, says) != 1 {
				t.Errorf("%s in the room %s is not told, once: %s", x.person, x.room, says)
			}
		}
	}
}
