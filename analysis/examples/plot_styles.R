# Who has which attachment style, week by week, the arms side by side.
# Usage: Rscript plot_styles.R quickstart.h5 styles.png       Needs rhdf5 (Debian: r-bioc-rhdf5)
library(rhdf5)
arguments <- commandArgs(trailingOnly = TRUE)
read <- function(name) c(h5read(arguments[1], paste0("population/", name)))
arms <- read("arm"); weeks <- read("time"); styles <- read("attachment_style")
persons <- h5read(arguments[1], "population/persons")  # [style, replicate, arm, time]; style 1 is everybody
everybody <- apply(persons[1, , , , drop = FALSE], c(3, 4), sum)
share <- 100 * apply(persons, c(1, 3, 4), sum) / rep(everybody, each = length(styles))

colours <- c(secure = "#7fb7be", preoccupied = "#e9a15b", dismissing = "#8d86c9", fearful = "#c8553d")
png(arguments[2], width = 330 * length(arms) + 60, height = 430, res = 110)
par(mfrow = c(1, length(arms)), mar = c(3.4, 3.2, 2.4, 0.6), mgp = c(2, 0.6, 0), las = 1, bty = "n")
for (arm in seq_along(arms)) {
  plot(NA, xlim = range(weeks), ylim = c(0, 100), xaxs = "i", yaxs = "i", xlab = "week of the study",
       ylab = if (arm == 1) "persons (%)" else "", main = arms[arm], font.main = 1)
  top <- rbind(0, apply(share[-1, arm, ], 2, cumsum))  # bands on top of each other
  for (s in seq_along(styles[-1])) {
    polygon(c(weeks, rev(weeks)), c(top[s, ], rev(top[s + 1, ])), col = colours[styles[s + 1]], border = "white")
    text(mean(weeks), mean(top[s:(s + 1), length(weeks) %/% 2]), styles[s + 1], cex = 0.9)
  }
}
invisible(dev.off())
