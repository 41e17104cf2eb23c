//go:build !unix

package stixevidence

import "time"

// cpu is not known here.
func cpu() time.Duration { return 0 }
