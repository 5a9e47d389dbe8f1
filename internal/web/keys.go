package web

import "portsmouth/conference"

// storedAs is the key of the sentence that says how what is said in a room is stored, and who could read it all the same.
func (s *sheet) storedAs(room conference.Audience) string {
	if room.Kind() == "caucus" && !s.mediating() {
		return "keys.stored-mediator"
	}
	return "keys.stored"
}
