# Rows "mean sd n mean sd n" from stdin; prints what metafor makes of each: g, variance, 95 % interval.
suppressPackageStartupMessages(library(metafor))
rows <- read.table(file("stdin"), col.names = c("m1", "sd1", "n1", "m2", "sd2", "n2"))
g <- summary(escalc("SMD", m1i = m1, sd1i = sd1, n1i = n1, m2i = m2, sd2i = sd2, n2i = n2, data = rows))
cat(sprintf("%.17g %.17g %.17g %.17g\n", g$yi, g$vi, g$ci.lb, g$ci.ub), sep = "")
