mod hosting;
