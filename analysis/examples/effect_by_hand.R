# What a course did to those who took it, by hand: the same persons with the same luck in two worlds.
# Usage: Rscript effect_by_hand.R quickstart.h5       Needs rhdf5 (Debian: r-bioc-rhdf5)
library(rhdf5)
file <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) h5read(file, name)

# R reads dimensions in reverse: [person, replicate, arm, time]
of_arm <- function(name, arm) read(paste0("persons/", name))[, , read("persons/arm") == arm, read("persons/time") == 60]
difference <- of_arm("self_compassion", "course") - of_arm("self_compassion", "waitlist")  # it starts in week 52
treated <- of_arm("treated", "course") == 1
by_hand <- colSums(difference * treated) / colSums(treated)  # one effect per replicate

# The program has done the same over everybody; with `sample: all` in the scenario the two are equal.
stored <- read("effects/effect")[read("effects/cell") == "treated", read("effects/outcome") == "self_compassion", ,
                                 read("effects/arm") == "course", read("effects/time") == 8]
cat(sprintf("replicate %d: by hand %+.9f, in the file %+.9f\n", seq_along(by_hand) - 1, by_hand, stored), sep = "")
