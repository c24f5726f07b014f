# Writes farrington.json and ears.json: what R's surveillance package says about series made here. Run by hand, from this folder:
#   Rscript make-fixtures.R
# Tests read only the JSON files; nothing needs R. One R process, seeds below; the files name the versions that made them.
suppressMessages(library(surveillance))
cat(R.version.string, "surveillance", as.character(packageVersion("surveillance")), "\n")
set.seed(20131)

weeks <- 340
counts <- function(n, theta, beta, g1, g2, m, phi) {
  t <- seq_len(n)
  season <- if (m == 0) 0 else rowSums(sapply(seq_len(m), function(j) g1 * cos(2 * pi * j * t / 52) + g2 * sin(2 * pi * j * t / 52)))
  mu <- exp(theta + beta * t + season)
  if (phi == 1) rpois(n, mu) else rnbinom(n, mu = mu, size = mu / (phi - 1))
}
outbreaks <- function(y, at, size) {
  for (i in seq_along(at)) for (day in floor(rlnorm(size[i], 0, 0.5))) if (at[i] + day <= length(y)) y[at[i] + day] <- y[at[i] + day] + 1
  y
}
series <- list(
  usual = counts(weeks, 0.1, 0.0025, 0.6, 0.6, 1, 1.5),
  rare = counts(weeks, -2, 0.005, 0.1, 0.3, 2, 2),
  poisson = counts(weeks, 1.5, 0.003, 0.2, -0.4, 1, 1),
  clumped = counts(weeks, 0.5, 0.002, 0.5, 0.5, 2, 5),
  seasonal = counts(weeks, 2.5, 0.001, 1, 0.1, 1, 3),
  steady = counts(weeks, 3.75, 0, 0, 0, 0, 1.1),
  large = counts(weeks, 5, 0.0001, 0.05, 0.01, 2, 1.2),
  falling = counts(weeks, 3, -0.008, 0.4, 0.2, 1, 2),
  rising = counts(weeks, 0.5, 0.01, 0.4, 0.2, 1, 2),
  huge = counts(weeks, 17, 0.0003, 0.2, 0.1, 1, 500)
)
series$waves <- outbreaks(counts(weeks, 1.5, 0.001, 0.3, 0.3, 1, 1.5), c(90, 150, 210, 255, 320), c(30, 50, 25, 60, 20))
series$waves_large <- outbreaks(counts(weeks, 4, 0, 0.3, 0.3, 1, 2), c(80, 160, 230, 290, 325), c(200, 150, 300, 250, 90))
# Nothing for years, then something: no convergence, with trend or at all.
series$zeros <- c(rep(0, weeks - 20), rpois(20, 4))
series$ten_in_all <- { y <- rep(0, weeks); y[sample(weeks - 30, 10)] <- 1; y[(weeks - 12):weeks] <- rpois(13, 3); y }
series$one_year <- { y <- rep(0, weeks); y[230:290] <- rpois(61, 2); y[(weeks - 12):weeks] <- rpois(13, 3); y }
series$last_season <- { y <- rep(0, weeks); y[c(40:46, 92:98)] <- rpois(14, 1); y[(weeks - 20):weeks] <- rpois(21, 2); y }
series$two_groups <- { y <- rep(0, weeks); for (a in seq(10, weeks - 40, 52)) y[a:(a + 8)] <- rpois(9, 3); y[(weeks - 8):weeks] <- rpois(9, 2); y }
for (i in 1:6) series[[paste0("sparse_", i)]] <- { y <- rpois(weeks, 0.02 * i); y[(weeks - 9):weeks] <- rpois(10, 2); y }
series$spike <- { y <- counts(weeks, 1, 0, 0.3, 0.3, 1, 1.5); y[200] <- 100000; y }
series$constant <- rep(7, weeks) + rep(0:1, length.out = weeks)
population <- round(100000 * exp(0.002 * seq_len(weeks) + 0.05 * sin(seq_len(weeks) / 9)))

usual <- list(b = 5, w = 3, reweight = TRUE, weightsThreshold = 2.58, alpha = 0.01, trend = TRUE, pThresholdTrend = 1, limit54 = c(5, 4),
  powertrans = "2/3", populationOffset = FALSE, noPeriods = 10, pastWeeksNotIncluded = 26, thresholdMethod = "nbPlugin")
judged <- c(seq(266, 338, 6), 329:340)
judged <- sort(unique(judged))
few <- c(300, 318, 331, 335, 338, 340)

cases <- list()
judge <- function(name, changed = list(), start = NULL, range = few) {
  options <- modifyList(usual, changed)
  y <- series[[name]]
  epoch <- if (is.null(start)) seq_along(y) else as.numeric(as.Date(start)) + 7 * (seq_along(y) - 1)
  sts <- sts(observed = matrix(y), population = matrix(population), epoch = epoch, epochAsDate = !is.null(start), frequency = 52)
  one <- function(k) {
    r <- tryCatch(suppressWarnings(farringtonFlexible(sts, c(options, list(range = k, glmWarnings = FALSE)))), error = function(e) e)
    if (inherits(r, "error")) return(list(error = conditionMessage(r)))
    list(upper = r@upperbound[1, 1], alarm = r@alarm[1, 1] * 1, p = r@control$pvalue[1, 1], expected = r@control$expected[1, 1],
      phi = r@control$phiVector[1, 1], trend = r@control$trend[1, 1])
  }
  rows <- lapply(range, one)
  ok <- sapply(rows, function(row) is.null(row$error))
  if (any(!ok)) cat(name, "refused by R at", range[!ok], ":", rows[!ok][[1]]$error, "\n")
  pick <- function(field) sapply(rows[ok], function(row) row[[field]])
  if (!any(ok)) return(invisible())
  cases[[length(cases) + 1]] <<- list(series = name, start = start, options = changed, week = I(range[ok]), upper = I(pick("upper")), alarm = I(pick("alarm")),
    p = I(pick("p")), expected = I(pick("expected")), phi = I(pick("phi")), trend = I(pick("trend")))
}

for (name in names(series)) {
  judge(name, range = judged)
  judge(name, start = "2014-01-06", range = judged)
}
variants <- list(
  list(trend = FALSE), list(reweight = FALSE), list(reweight = FALSE, trend = FALSE), list(pThresholdTrend = 0.05, reweight = FALSE),
  list(pThresholdTrend = 0.05), list(noPeriods = 1, pastWeeksNotIncluded = 3), list(noPeriods = 5), list(noPeriods = 20), list(b = 3), list(b = 2), list(b = 1),
  list(b = 4, w = 5), list(w = 0), list(w = 1), list(weightsThreshold = 1), list(alpha = 0.05), list(alpha = 0.001), list(populationOffset = TRUE),
  list(limit54 = c(0, 4)), list(limit54 = c(20, 2)), list(pastWeeksNotIncluded = 0), list(pastWeeksNotIncluded = 2), list(pastWeeksNotIncluded = 60)
)
for (name in c("usual", "poisson", "clumped", "rising", "waves", "two_groups", "sparse_6")) for (changed in variants) judge(name, changed)
for (method in c("delta", "muan")) for (name in c("usual", "poisson", "clumped", "large", "waves")) for (reweight in c(TRUE, FALSE)) {
  judge(name, list(thresholdMethod = method, reweight = reweight))
  judge(name, list(thresholdMethod = method, reweight = reweight, noPeriods = 1, pastWeeksNotIncluded = 3, trend = FALSE))
}
for (power in c("1/2", "none")) for (name in c("usual", "waves", "large")) judge(name, list(thresholdMethod = "delta", powertrans = power, reweight = FALSE))
judge("usual", list(populationOffset = TRUE, thresholdMethod = "delta", noPeriods = 1))
judge("waves", list(populationOffset = TRUE), start = "2012-02-27", range = judged)
judge("usual", start = "2012-02-27", range = judged)
judge("usual", list(b = 3, noPeriods = 7), start = "2009-12-28", range = judged)

ears <- list()
for (name in c("usual", "rare", "waves", "constant", "zeros", "huge")) for (method in c("C1", "C2")) {
  for (changed in list(list(), list(minSigma = 0.5, alpha = 0.01), list(baseline = 14, alpha = 0.025))) {
    sts <- sts(observed = matrix(series[[name]]), frequency = 52)
    r <- earsC(sts, c(list(method = method), changed))
    lag <- (if (is.null(changed$baseline)) 7 else changed$baseline) + (if (method == "C2") 2 else 0)
    keep <- seq(1, nrow(r), by = 7)
    ears[[length(ears) + 1]] <- list(series = name, method = tolower(paste0("ears-", method)), options = changed, week = I(keep + lag),
      upper = I(r@upperbound[keep, 1]), alarm = I(r@alarm[keep, 1] * 1))
  }
}

# JSON by hand: base R has no writer. Vectors are arrays, single values too unless named in `scalar`; NA is null.
text <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x) && !is.null(names(x))) return(paste0("{", paste0('"', names(x), '":', sapply(x, text), collapse = ","), "}"))
  if (is.list(x)) return(if (length(x) == 0) "{}" else paste0("[", paste(sapply(x, text), collapse = ",\n"), "]"))
  value <- if (is.character(x)) paste0('"', x, '"') else if (is.logical(x) && !all(is.na(x))) tolower(as.character(x)) else sapply(unclass(x), function(v) if (is.na(v)) "null" else format(v, digits = 12, scientific = if (v == round(v) && abs(v) < 1e15) FALSE else NA))
  if (length(x) == 1 && !inherits(x, "AsIs")) value else paste0("[", paste(value, collapse = ","), "]")
}
put <- function(file, ...) writeLines(text(list(r = R.version.string, surveillance = as.character(packageVersion("surveillance")), ...)), file)
put("farrington.json", population = population, series = series, cases = cases)
put("ears.json", series = series[unique(sapply(ears, `[[`, "series"))], cases = ears)
